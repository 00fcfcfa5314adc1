const React = { createElement: (t: string) => "react:" + t }, make = (t: string) => "make:" + t; export const el = <div />; void React; void make;
