export default "import";
