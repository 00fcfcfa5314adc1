export const x = "detected"; console.log("lib", typeof module);
