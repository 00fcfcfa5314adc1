export default "path wins";
