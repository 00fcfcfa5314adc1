export default "e";
