var helped = true;
