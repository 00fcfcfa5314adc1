import "#a";
