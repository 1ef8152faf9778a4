// The log-likelihood of a Gaussian mixture and its gradient, derived by hand: testdata/adbench/gmm.ad in C. Constants that depend on the sizes
// alone are left out of the value.
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "yardstick.h"

static long d, K, n, q;
static double gamma_, m, *x, *theta, *grad, *E, *S, *z, *y, *w, *t;

static double gradient(void) {
    const double *alpha = theta, *mu = theta + K, *icf = mu + K * d;
    double *ga = grad, *gm = ga + K, *gi = gm + K * d, value = 0, top = alpha[0], sum = 0;
    memset(grad, 0, sizeof(double) * (K + K * d + K * q));
    for (long k = 0; k < K; k++) {
        S[k] = alpha[k];
        for (long j = 0; j < d; j++) {
            E[k * d + j] = exp(icf[k * q + j]);
            S[k] += icf[k * q + j];
        }
    }
    for (long i = 0; i < n; i++) {
        double best = -INFINITY, total = 0;
        for (long k = 0; k < K; k++) {
            const double *L = icf + k * q + d;
            double *restrict zk = z + k * d, *restrict yk = y + k * d, square = 0;
            for (long j = 0; j < d; j++) {
                zk[j] = x[i * d + j] - mu[k * d + j];
                yk[j] = E[k * d + j] * zk[j];
            }
            for (long c = 0; c < d - 1; c++) {
                double v = zk[c];
                for (long j = c + 1; j < d; j++) yk[j] += L[j - c - 1] * v;
                L += d - c - 1;
            }
            for (long j = 0; j < d; j++) square += yk[j] * yk[j];
            t[k] = S[k] - 0.5 * square;
            if (t[k] > best) best = t[k];
        }
        for (long k = 0; k < K; k++) total += w[k] = exp(t[k] - best);
        value += log(total) + best;
        for (long k = 0; k < K; k++) {
            double *restrict G = gi + k * q + d, *restrict u = y + k * d, *zk = z + k * d, weight = w[k] / total;
            ga[k] += weight;
            for (long j = 0; j < d; j++) {
                u[j] *= weight;
                gm[k * d + j] += u[j];
                gi[k * q + j] -= zk[j] * u[j];
            }
            for (long c = 0; c < d - 1; c++) {
                double v = zk[c];
                for (long j = c + 1; j < d; j++) G[j - c - 1] -= u[j] * v;
                G += d - c - 1;
            }
        }
    }
    for (long k = 0; k < K; k++) {
        const double *L = icf + k * q + d;
        double *G = gi + k * q, *u = y, weight = ga[k] - m, s = 0, square = 0;
        memcpy(u, gm + k * d, sizeof(double) * d);
        for (long j = 0; j < d; j++) {
            double e = E[k * d + j];
            s += icf[k * q + j];
            square += e * e;
            G[j] = e * (gamma_ * gamma_ * e + G[j]) + weight;
            gm[k * d + j] *= e;
        }
        for (long j = d; j < q; j++) {
            square += icf[k * q + j] * icf[k * q + j];
            G[j] += gamma_ * gamma_ * icf[k * q + j];
        }
        for (long c = 0; c < d - 1; c++) {
            for (long j = c + 1; j < d; j++) gm[k * d + c] += L[j - c - 1] * u[j];
            L += d - c - 1;
        }
        value += 0.5 * gamma_ * gamma_ * square - m * s;
        if (alpha[k] > top) top = alpha[k];
    }
    for (long k = 0; k < K; k++) sum += w[k] = exp(alpha[k] - top);
    for (long k = 0; k < K; k++) ga[k] -= n * w[k] / sum;
    return value - n * (log(sum) + top);
}

int main(void) {
    d = number(), K = number(), n = number(), q = d * (d + 1) / 2;
    gamma_ = number(), m = number();
    theta = numbers(K + K * d + K * q), x = numbers(n * d);
    grad = room(K + K * d + K * q), E = room(K * d), S = room(K), z = room(K * d), y = room(K * d), w = room(K), t = room(K);
    return measure(gradient, grad, K + K * d + K * q);
}
