export default "module field";
