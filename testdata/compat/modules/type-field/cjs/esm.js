export default "not allowed";
