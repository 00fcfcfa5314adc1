export default "src/lib";
