export const view = <span className="v">view</span>;
