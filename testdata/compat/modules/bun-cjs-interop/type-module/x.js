export default typeof require + typeof module;
