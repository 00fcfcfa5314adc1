await 0; export default "tla";
