// e is what exp makes of 1, to the last bit.
console.log(Math.exp(1) === Math.E, Math.exp(1), Math.exp(0), Math.exp(-0), Math.exp(-1), Math.exp(2), Math.exp(NaN), Math.exp(Infinity), Math.exp(-Infinity), Math.exp("1"), Math.exp());
