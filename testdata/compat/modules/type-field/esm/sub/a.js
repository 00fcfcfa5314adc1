export default "inherits";
