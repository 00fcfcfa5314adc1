await new Promise((r) => setTimeout(r, 1)); export default 1;
