export default "middle";
