export default "import side";
