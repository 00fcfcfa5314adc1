const v: string = "tspkg sub"; export default v;
