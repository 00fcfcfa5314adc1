export default "dir index" as string;
