const v: string = "tspkg"; export default v;
