// The second rung of Stop: ask the notebook server, which is never busy, to interrupt the kernel.

interface Server {
  baseUrl: string;
  token: string;
}

function server(): Server | undefined {
  const config = document.getElementById("jupyter-config-data")?.textContent;
  if (!config) return undefined;
  try {
    const { baseUrl, token } = JSON.parse(config) as { baseUrl?: unknown; token?: unknown };
    return {
      baseUrl: typeof baseUrl === "string" ? baseUrl : "/",
      token: typeof token === "string" ? token : "",
    };
  } catch {
    return undefined;
  }
}

function cookie(name: string): string | undefined {
  const found = document.cookie.split("; ").find(part => part.startsWith(`${name}=`));
  return found && decodeURIComponent(found.slice(name.length + 1));
}

/** Whether the server has taken it. */
export async function interrupt(kernel: string): Promise<boolean> {
  const where = server();
  if (!where) return false;
  const headers: Record<string, string> = { "Content-Type": "application/json" };
  if (where.token) headers.Authorization = `token ${where.token}`;
  const xsrf = cookie("_xsrf");
  if (xsrf) headers["X-XSRFToken"] = xsrf;
  const base = where.baseUrl.endsWith("/") ? where.baseUrl : `${where.baseUrl}/`;
  try {
    const response = await fetch(`${base}api/kernels/${encodeURIComponent(kernel)}/interrupt`, {
      method: "POST",
      headers,
      credentials: "same-origin",
    });
    return response.ok;
  } catch {
    return false;
  }
}
