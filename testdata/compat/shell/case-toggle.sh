w="Mixed Case"; echo ${w~~} ${w~}
