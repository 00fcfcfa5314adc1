export default "from baseUrl";
