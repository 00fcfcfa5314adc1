export default "c.cts" as string;
