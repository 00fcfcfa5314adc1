const x = { x: "export equals" }; export = x;
