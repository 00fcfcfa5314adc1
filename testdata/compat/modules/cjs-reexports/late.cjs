exports.n = 1; exports.bump = () => { exports.n = 3; };
