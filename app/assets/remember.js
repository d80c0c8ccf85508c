// Keeps the token that stands for the password in a cookie, so that a reload does not ask again.
export default function ({ data }) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `footnote=${data.token}; Max-Age=${data.lasts}; Path=/; SameSite=Strict${secure}`;
}
