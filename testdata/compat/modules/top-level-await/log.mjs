export const log = (s) => { log.all.push(s); }; log.all = [];
