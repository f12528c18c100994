import * as fs from "node:fs";
import * as path from "node:path";
import { Issuer } from "./issuer";

export const API_ADDRESS = "10.106.1.250";
export const API_URL = `https://${API_ADDRESS}:6443`;

/** Certificates of that server and of a worker's kubelet, in a folder's `pki`. */
export function issueAll(folder: string): void {
  const at = (...names: string[]) => path.join(folder, ...names);
  fs.mkdirSync(at("pki"));
  const issuer = new Issuer(at("issuer"));
  const pair = (name: string, subject: string, uses: string, names?: string) => {
    fs.writeFileSync(at("pki", `${name}.crt`), issuer.issue(name, { subject, uses, ...(names ? { names } : {}) }));
    fs.copyFileSync(at("issuer", `${name}.key`), at("pki", `${name}.key`));
  };
  fs.writeFileSync(at("pki", "ca.crt"), issuer.authority("ca"));
  pair("kubelet", "/O=system:nodes/CN=system:node:w", "clientAuth");
  pair("api", "/CN=kube-apiserver", "serverAuth", `IP:${API_ADDRESS}`);
}

/** An API server that knows objects of kube-public: which, files say. Like the real one it gives metadata alone to whoever asks for that. */
export const API = `import http.server, json, os, ssl, sys
folder = sys.argv[1]
class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        who = dict(each[0] for each in self.connection.getpeercert()["subject"])["commonName"]
        name = self.path.rpartition("/")[2]
        alone = "PartialObjectMetadata" in self.headers["Accept"]
        with open(os.path.join(folder, "asked"), "a") as log:
            log.write("%s %s %s\\n" % (self.path.replace("/api/v1/namespaces/kube-public/configmaps/", ""), "metadata" if alone else "all", who))
        at = os.path.join(folder, "objects", name)
        at = at if os.path.exists(at) else at.partition("?")[0]
        body = open(at).read() if os.path.exists(at) else "404"
        status = int(body) if body.isdigit() else 200
        if status == 200 and alone and body.endswith("}}"):
            body = json.dumps({"kind": "PartialObjectMetadata", "metadata": json.loads(body)["metadata"]})
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())
    def log_message(self, *_):
        pass
server = http.server.ThreadingHTTPServer(("${API_ADDRESS}", 6443), Answer)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(folder + "/pki/api.crt", folder + "/pki/api.key")
context.load_verify_locations(folder + "/pki/ca.crt")
context.verify_mode = ssl.CERT_REQUIRED
server.socket = context.wrap_socket(server.socket, server_side=True)
open(folder + "/ready", "w").close()
server.serve_forever()`;
