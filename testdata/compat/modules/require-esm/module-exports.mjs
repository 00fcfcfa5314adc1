const v = "from module.exports"; export { v as "module.exports" }; export default 1;
