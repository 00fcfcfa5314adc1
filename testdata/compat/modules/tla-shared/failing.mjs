await 0;
throw new Error("it fails");
