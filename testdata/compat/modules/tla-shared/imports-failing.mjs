import "./failing.mjs";
