export default "fallback x";
