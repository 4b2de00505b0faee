"""Kernels of networks for arrays on a GPU, behind the doors of NumPy's: imported when the first such array comes."""
