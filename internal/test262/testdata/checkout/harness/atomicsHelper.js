const getReport = $262.agent.getReport.bind($262.agent);
$262.agent.getReport = () => {
  let r;
  while ((r = getReport()) === null) $262.agent.sleep(1);
  return r;
};
