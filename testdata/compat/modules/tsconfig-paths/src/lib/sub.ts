export default "src/lib/sub";
