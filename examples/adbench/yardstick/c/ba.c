// The errors of a bundle adjustment and their Jacobian in compressed sparse rows, derived by hand: testdata/adbench/ba.ad in C.
#include <math.h>
#include <string.h>
#include "yardstick.h"

static long n, m, p;
static double *cam, *point, *weight, *camera_of, *point_of, *feat, *err, *values;

// observation writes two errors and two rows of 15 derivatives: by the camera, the point and the weight.
static void observation(const double *c, const double *X, double w, const double *f, double *e, double *J) {
    double d[3], R[9], a[3], dy[9], y[3], s = c[0] * c[0] + c[1] * c[1] + c[2] * c[2];
    for (int k = 0; k < 3; k++) d[k] = X[k] - c[3 + k];
    if (s == 0) {
        double r[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1}, g[9] = {0, d[2], -d[1], -d[2], 0, d[0], d[1], -d[0], 0};
        memcpy(R, r, sizeof R), memcpy(dy, g, sizeof dy), memcpy(y, d, sizeof y);
    } else {
        double t = sqrt(s), i = 1 / t, co = cos(t), si = sin(t), v = 1 - co;
        for (int k = 0; k < 3; k++) a[k] = c[k] * i;
        double x = a[0], b = a[1], z = a[2];
        double r[9] = {co + x * x * v, x * b * v - z * si, x * z * v + b * si, x * b * v + z * si, co + b * b * v, b * z * v - x * si,
                       x * z * v - b * si, b * z * v + x * si, co + z * z * v};
        memcpy(R, r, sizeof R);
        for (int k = 0; k < 3; k++) y[k] = R[3 * k] * d[0] + R[3 * k + 1] * d[1] + R[3 * k + 2] * d[2];
        // dy/dr = (v × y part) by the left Jacobian: dy = -[y]× (a aᵀ + (si/t)(I - a aᵀ) + (v/t)[a]×) dr
        double p = si * i, q = v * i, h = 1 - p;
        double M[9] = {h * x * x + p, h * x * b - q * z, h * x * z + q * b, h * x * b + q * z, h * b * b + p, h * b * z - q * x,
                       h * x * z - q * b, h * b * z + q * x, h * z * z + p};
        for (int j = 0; j < 3; j++) {
            dy[j] = M[3 + j] * y[2] - M[6 + j] * y[1];
            dy[3 + j] = M[6 + j] * y[0] - M[j] * y[2];
            dy[6 + j] = M[j] * y[1] - M[3 + j] * y[0];
        }
    }
    double iz = 1 / y[2], u[2] = {y[0] * iz, y[1] * iz}, q = u[0] * u[0] + u[1] * u[1];
    double L = 1 + q * (c[9] + q * c[10]), dL = 2 * (c[9] + 2 * q * c[10]), fw = c[6] * w;
    for (int k = 0; k < 2; k++) {
        double *row = J + 15 * k;
        double du[2] = {fw * dL * u[k] * u[0], fw * dL * u[k] * u[1]};
        du[k] += fw * L;
        double g[3] = {du[0] * iz, du[1] * iz, -(du[0] * u[0] + du[1] * u[1]) * iz};
        for (int j = 0; j < 3; j++) {
            row[j] = g[0] * dy[j] + g[1] * dy[3 + j] + g[2] * dy[6 + j];
            row[11 + j] = g[0] * R[j] + g[1] * R[3 + j] + g[2] * R[6 + j];
            row[3 + j] = -row[11 + j];
        }
        row[6] = w * L * u[k];
        row[7] = k ? 0 : w;
        row[8] = k ? w : 0;
        row[9] = fw * q * u[k];
        row[10] = row[9] * q;
        row[14] = c[6] * L * u[k] + c[7 + k] - f[k];
        e[k] = w * row[14];
    }
}

static double jacobian(void) {
    for (long i = 0; i < p; i++) {
        observation(cam + 11 * (long)camera_of[i], point + 3 * (long)point_of[i], weight[i], feat + 2 * i, err + 2 * i, values + 30 * i);
        err[2 * p + i] = 1 - weight[i] * weight[i];
        values[30 * p + i] = -2 * weight[i];
    }
    double sum = 0;
    for (long i = 0; i < 3 * p; i++) sum += err[i];
    return sum;
}

int main(void) {
    n = number(), m = number(), p = number();
    cam = numbers(11 * n), point = numbers(3 * m), weight = numbers(p);
    camera_of = numbers(p), point_of = numbers(p), feat = numbers(2 * p);
    err = room(3 * p), values = room(31 * p);
    return measure(jacobian, values, 31 * p);
}
