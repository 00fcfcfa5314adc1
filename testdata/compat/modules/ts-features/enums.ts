export enum Color { Green, Red } export enum Plain { A = 1, B }
