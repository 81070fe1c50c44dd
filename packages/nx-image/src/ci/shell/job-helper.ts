/**
 * What hephy asks for logins to ECR, where its image lacks that: stock images of Node.js do. `hephy_find_helper <host>…`: hosts that are ECR's. Nothing is installed for those that
 * DOCKER_AUTH_CONFIG has a login for, nor where somebody has set docker up; where it cannot be installed, hephy's own error says what is missing. The component has the same for the planner.
 */
export const JOB_HELPER = `hephy_find_helper() {
  if [ -e "\${DOCKER_CONFIG:-$HOME/.docker}/config.json" ] || command -v docker-credential-ecr-login > /dev/null; then return; fi
  for hephy_host; do
    case $DOCKER_AUTH_CONFIG in *"\\"$hephy_host\\""*) continue ;; esac
    if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then return; fi
    printf 'hephy: this image has no docker-credential-ecr-login: installing it\\n'
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends amazon-ecr-credential-helper; } > /dev/null < /dev/null ||
      hephy_fail 'docker-credential-ecr-login cannot be installed: take a hephy_image that has it'
    return
  done
}`;
