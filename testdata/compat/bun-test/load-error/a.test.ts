console.log("a loads"); throw new Error("at load");
