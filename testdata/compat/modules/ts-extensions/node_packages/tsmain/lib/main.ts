export default "ts main" as string;
