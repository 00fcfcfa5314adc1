var = 5;
