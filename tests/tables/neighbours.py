"""Calls of other libraries that compute with tensors as with arrays.

Convention: each is the text of an expression of x (2, 3), which is tracked; c(...) is a constant of the same kind, d is
``xarray.DataArray(x, dims=("a", "b"), coords={"b": [10, 20, 30]})``.
"""

from __future__ import annotations

EINOPS = [
    "einops.rearrange(x, 'a (b c) -> c b a', c=3)",
    "einops.rearrange([x, 2 * x], 'n a b -> a (n b)')",
    *(f"einops.reduce(x, 'a b -> b', '{how}')" for how in ("sum", "mean", "max", "min", "prod")),
    "einops.repeat(x, 'a b -> a k b', k=2)",
    "einops.einsum(x, x, 'a b, a c -> b c')",
    "einops.pack([x, x[0]], '* b')[0]",
    "einops.unpack(x, [[1], [1]], '* b')[1]",
    "array_api.rearrange(x, 'a b -> b a')",
    "array_api.reduce(x, 'a b -> a', 'mean')",
    "array_api.repeat(x, 'a b -> (k a) b', k=2)",
]

XARRAY = [
    "(d * 2 + d**2).data", "d.sum().data", "d.mean('a').data", "d.std('b').data", "d.max('b').data", "d.prod('a').data",
    "d.sel(b=20).data", "d.isel(a=0).data", "d.where(d > 0.5, 2.0).data", "d.clip(0.2, 0.5).data", "d.T.data",
    "np.exp(d).data", "xarray.apply_ufunc(np.tanh, d).data", "xarray.dot(d, d, dim='a').data",
    "xarray.concat([d, d**2], 'a').data", "d.cumsum('b').data", "d.diff('b').data", "d.shift(b=1, fill_value=0).data",
    "d.median('b').data", "d.quantile(0.3, 'b').data", "d.groupby('b').sum().data", "d.stack(z=('a', 'b')).data",
    "d.rolling(b=2).mean().data[:, 1:]", "d.coarsen(b=3).mean().data", "d.integrate('b').data",
    "d.differentiate('b').data", "d.weighted(xarray.DataArray([1.0, 2, 3], dims='b')).mean('b').data",
    *(f"(x {sign} (d + 0.5)).data" for sign in ("+", "*", "**", "%")),
    "np.maximum(x, frame(x) / 2 + 0.2).data", "np.multiply(x, frame(x)).data",
    "d.polyfit('b', 1).polyfit_coefficients.data", "(d - d.mean('a')).to_dataset(name='v').sum()['v'].data",
]  # fmt: skip

# of scikit-learn, with SCIPY_ARRAY_API=1 and array_api_dispatch=True; x is (5, 3), y is (5,), labels whole numbers
SKLEARN = [
    *(
        f"metrics.{name}(c(q), x, multioutput='raw_values')"
        for name in (
            "mean_squared_error", "root_mean_squared_error", "mean_absolute_error", "mean_absolute_percentage_error",
            "mean_squared_log_error", "r2_score", "explained_variance_score", "mean_pinball_loss",
        )
    ),
    *(
        f"metrics.pairwise.{name}(x, x + 1)"
        for name in (
            "euclidean_distances", "manhattan_distances", "cosine_distances", "cosine_similarity", "rbf_kernel",
            "linear_kernel", "polynomial_kernel", "sigmoid_kernel", "laplacian_kernel", "paired_cosine_distances",
        )
    ),
    *(
        f"preprocessing.{name}.fit_transform(x)"
        for name in (
            "StandardScaler()", "MinMaxScaler()", "MaxAbsScaler()", "Normalizer()", "PolynomialFeatures(2)",
            "Binarizer(threshold=0.5)",
        )
    ),
    "preprocessing.KernelCenterer().fit_transform(x @ x.T)",
    "abs(decomposition.PCA(2, svd_solver='full').fit_transform(x))",
    "decomposition.PCA(2, svd_solver='covariance_eigh').fit(x).explained_variance_",
    "linear_model.Ridge(solver='svd').fit(x, c(y)).coef_",
    "linear_model.RidgeCV().fit(x, c(y)).coef_",
    "linear_model.Ridge(solver='svd').fit(c(q), c(y)).predict(x)",
    "discriminant_analysis.LinearDiscriminantAnalysis().fit(x, c(labels)).decision_function(c(q))",
    "naive_bayes.GaussianNB().fit(x, c(labels)).predict_proba(c(q))",
    "model_selection.train_test_split(x, random_state=0)[0]",
]  # fmt: skip
# and these are refused
SKLEARN_LOUD = [
    "metrics.mean_squared_error(c(q), x)", "metrics.r2_score(c(q), x)", "metrics.log_loss(c(labels), x[:, 0])",
    "preprocessing.RobustScaler().fit_transform(x)", "linear_model.LinearRegression().fit(x, c(y)).coef_",
    "linear_model.LogisticRegression().fit(x, c(labels)).coef_",
]  # fmt: skip
