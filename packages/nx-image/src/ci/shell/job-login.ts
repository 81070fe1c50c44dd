/**
 * How a job logs in to registries: a config.json of its own, 0600. `hephy_login <mode> <host>…`: hosts that are ECR's. Their helper comes before what DOCKER_AUTH_CONFIG says, as text, so that no
 * program is handed a secret; a host that it has a login for keeps that.
 * `hephy_use_login`: hephy itself reads DOCKER_AUTH_CONFIG; helpers it is told where nobody has told it of any.
 * `hephy_role <arn> <region>`: AWS's own variables, for the token that GitLab made for this job.
 */
export const JOB_LOGIN = `hephy_role() {
  (umask 077 && printf '%s' "$HEPHY_ID_TOKEN" > "$hephy_work/aws-token") || hephy_fail 'the id token cannot be written'
  if [ -z "$HEPHY_ID_TOKEN" ]; then hephy_fail 'this job got no id token: GitLab makes them since 15.7'; fi
  export AWS_ROLE_ARN="$1" AWS_WEB_IDENTITY_TOKEN_FILE="$hephy_work/aws-token"
  export AWS_ROLE_SESSION_NAME="\${AWS_ROLE_SESSION_NAME:-hephy-$CI_JOB_ID}"
  if [ -n "$2" ]; then export AWS_REGION="$2" AWS_DEFAULT_REGION="$2"; fi
}
hephy_helper() {
  for hephy_candidate in "$(command -v "$1")" "/kaniko/$1"; do
    if [ -n "$hephy_candidate" ] && [ -x "$hephy_candidate" ]; then
      cp "$hephy_candidate" "$hephy_work/bin/$1" && chmod 755 "$hephy_work/bin/$1"
      return
    fi
  done
  return 1
}
hephy_login() {
  hephy_config=
  case $1 in auto | docker) hephy_config=$DOCKER_AUTH_CONFIG ;; esac
  hephy_hosts=
  case $1 in auto | ecr) hephy_hosts=found ;; esac
  shift
  hephy_config=\${hephy_config#"\${hephy_config%%[![:space:]]*}"}
  case $hephy_config in
    '') hephy_config='{}' ;;
    '{'*) ;;
    *) hephy_fail 'DOCKER_AUTH_CONFIG is no JSON object: what docker login writes to config.json' ;;
  esac
  if [ -n "$hephy_hosts" ]; then
    hephy_hosts=
    for hephy_host; do
      case $hephy_config in *"\\"$hephy_host\\""*) continue ;; esac
      hephy_hosts="$hephy_hosts,\\"$hephy_host\\":\\"ecr-login\\""
    done
  fi
  if [ -n "$hephy_hosts" ] && hephy_helper docker-credential-ecr-login; then
    hephy_config=\${hephy_config#?}
    hephy_config=\${hephy_config#"\${hephy_config%%[![:space:]]*}"}
    case $hephy_config in '}'*) ;; *) hephy_config=",$hephy_config" ;; esac
    hephy_config="{\\"credHelpers\\":{\${hephy_hosts#,}}$hephy_config"
  fi
  (umask 077 && printf '%s' "$hephy_config" > "$hephy_work/docker/config.json") || hephy_fail 'the logins cannot be written'
  hephy_config=
}
hephy_use_login() {
  if [ -x "$hephy_work/bin/docker-credential-ecr-login" ] && [ ! -e "\${DOCKER_CONFIG:-$HOME/.docker}/config.json" ]; then
    export DOCKER_CONFIG="$hephy_work/docker"
  fi
}`;
