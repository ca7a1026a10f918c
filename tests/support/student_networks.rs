//! Networks about which students make mistakes.

pub const TWO_LAYERS: &str = "input x\ntarget y\nparam w1, b1, w2, b2, w3\nz1 = w1*x + b1\na1 = tanh(z1)\nz2 = w2*a1 + b2\n\
                          a2 = sigmoid(z2)\np = w3*a2\ncost L = 1/2*(p - y)^2";
pub const ENTROPY: &str = "input x, t\nparam w, b, v, c\nh = relu(w*x + b)\no = v*h + c\nq = sigmoid(o)\n\
                       cost J = -(t*log(q) + (1-t)*log(1-q))";
pub const RECURRENT: &str = "input x\ntarget y\nparam u, w, v, h0\nh1 = tanh(u*x + w*h0)\nh2 = tanh(u*x + w*h1)\no = v*h2\n\
                         cost E = (o - y)^2";
pub const SOFTPLUS: &str = "dim n, m, k\ninput x : [n]\ntarget t : simplex[k]\nparam V : [m, n], U : [k, m], c : [m]\n\
                        s = V @ x + c\nh = softplus(s)\no = U @ h\np = softmax(o)\ncost J = -dot(t, log(p))";
pub const RIDGE: &str = "dim n, d\ninput X : [n, d], y : [n]\nparam w : [d], lam\nr = X @ w - y\n\
                     cost E = 1/n*dot(r, r) + lam*dot(w, w)";
pub const INVERSE: &str = "dim n\ninput a : [n], b : [n]\nparam X : [n, n]\ncost f = dot(a, inv(X) @ b)";

pub const MATRICES: &str = "dim n, d, h, c\ninput X : [n, d]\ntarget T : [n] simplex[c]\n\
                        param U : [d, h], V : [h, c], a : [h], b : [c]\nZ = X @ U + a\nH = tanh(Z)\nS = H @ V + b\n\
                        P = softmax(S, axis=1)\ncost L = -1/n*sum(T*log(P))";
pub const SQUARE: &str = "dim n\ninput x : [n], y : [n]\nparam U : [n, n], V : [n, n]\nh = tanh(U @ x)\no = V @ h\n\
                      cost L = 1/2*sum((o - y)^2)";
pub const ATTENTION: &str = "dim n, m, d, v\ninput G : [n, v]\nparam Q : [n, d], K : [m, d], V : [m, v]\n\
                         S = Q @ K.T/sqrt(d)\nA = softmax(S, axis=-1)\nO = A @ V\ncost L = sum(G*O)";
pub const LOGISTIC: &str = "dim n, d\ninput X : [n, d]\ntarget t : [n]\nparam w : [d], b\nz = X @ w + b\np = sigmoid(z)\n\
                        cost L = -1/n*sum(t*log(p) + (1 - t)*log(1 - p))";
pub const NORMALIZED: &str = "dim N, D\ninput X : [N, D], G : [N, D]\nparam gamma : [D], beta : [D]\nconst eps = 1e-5\n\
                          mu = mean(X, axis=0)\nv = mean((X - mu)^2, axis=0)\ns = sqrt(v + eps)\n\
                          Xhat = (X - mu)/s\nY = gamma*Xhat + beta\ncost L = sum(G*Y)\nshow Xhat as \"\\hat X\"";
pub const GAUSS: &str = "dim N, D\ninput X : [N, D]\nparam mu : [D]\nparam Sigma : [D, D]\nassume Sigma = Sigma.T\n\
                     E = X - mu\ncost L = -N/2*log(det(Sigma)) - 1/2*trace(E @ inv(Sigma) @ E.T)";
pub const ADDITIVE: &str = "dim n, m\ninput x : [n]\nparam W : [m, n], b : [m], u : [m]\nz = W @ x + b\nh = softplus(z)\n\
                        cost L = dot(u, h)";

pub const ONE_LAYER: &str = "dim n, m, k\ninput x : [n]\ntarget y : [k]\nparam U : [m, n], V : [k, m]\na = tanh(U @ x)\n\
                         r = V @ a - y\ncost L = 1/2*dot(r, r)";
/// Nothing is assumed of T here.
pub const FREE_TARGETS: &str = "dim N, d, k\ninput X : [N, d]\ntarget T : [N, k]\nparam W : [d, k]\nZ = X @ W\n\
                            P = softmax(Z, axis=1)\ncost L = -1/N*sum(T*log(P))";
pub const ENTRYWISE: &str = "dim n, m\ninput x : [n]\ntarget y : [m]\nparam W : [m, n], b : [m]\nz = W @ x + b\n\
                         a = tanh(z)\ncost C = 1/2*sum((a - y)^2)";

/// Samples of a normal distribution.
pub const NORMAL: &str = "dim n\ninput x : [n]\nparam mu, s\ncost L = sum((x - mu)^2)/(2*s^2) + n*log(s)";
/// One weight, with values.
pub const VALUED: &str = "input x = 2\ntarget y = 1\nparam w = 3\np = w*x\ncost C = (p - y)^2/2";
