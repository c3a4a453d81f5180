"""Settings of `make lab`; those of jupytext are in pyproject.toml."""

c = get_config()  # noqa: F821  (Jupyter defines it)
c.ServerApp.contents_manager_class = "jupytext.TextFileContentsManager"
# As root, as in a container, Jupyter starts only when told so.
c.ServerApp.allow_root = True
# A chapter finds in Lab what it finds everywhere (book/tools/kernels.py).
c.AsyncMappingKernelManager.kernel_manager_class = "book.tools.kernels.LabKernelManager"
