import React from "react"; console.log(JSON.stringify(<div a="1">x</div>), JSON.stringify(<>f</>));
