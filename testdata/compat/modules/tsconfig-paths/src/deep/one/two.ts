export default "deep";
