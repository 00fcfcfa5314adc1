export default "inner config wins";
