export default "m.mts" as string;
