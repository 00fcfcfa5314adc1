require("./missing-from-nested");
