import './circle.cjs';
console.log('back');
