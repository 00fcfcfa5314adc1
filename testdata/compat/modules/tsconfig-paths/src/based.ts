export default "baseUrl";
