import { nothing } from "./named-only"; export default nothing;
