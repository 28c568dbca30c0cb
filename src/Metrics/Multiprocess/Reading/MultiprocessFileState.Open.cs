namespace DynamoAspire.Metrics.Multiprocess.Reading;

/// <summary>Opening, and keeping open what the next collection reads again.</summary>
internal sealed partial class MultiprocessFileState
{
    private int _descriptor = -1;
    private bool _isProven;
    private ulong _inode;
    private bool _isPlain;

    /// <summary>What a listing says about the entry.</summary>
    /// <param name="inode">Its inode there, or 0 if the listing does not tell.</param>
    /// <param name="isPlain">Whether it is surely an ordinary file, no link to one.</param>
    /// <param name="device">Device of the directory.</param>
    /// <param name="open">Descriptors kept open.</param>
    internal void Listed(ulong inode, bool isPlain, ulong device, OpenFiles open)
    {
        if (_descriptor >= 0 && (inode != _inode || !isPlain || !Prove(inode, device)))
        {
            Forget(open);
        }

        _inode = inode;
        _isPlain = isPlain;
    }

    /// <summary>Closes what is kept open.</summary>
    internal void Forget(OpenFiles open)
    {
        if (_descriptor >= 0)
        {
            open.Close(_descriptor);
            _descriptor = -1;
        }

        _isProven = false;
    }

    /// <summary>
    /// Whether the open file is the one that was listed: it may have been replaced between listing and opening, or another file system may be mounted upon the entry. From then on the
    /// inode number in a listing is proof, for an inode that is held open is not given to another file.
    /// </summary>
    private bool Prove(ulong inode, ulong device)
    {
        if (!_isProven)
        {
            _isProven = LinuxFiles.TryStatus(_descriptor, out var status) && status.Inode == inode && status.Device == device;
        }

        return _isProven;
    }

    private bool TryOpen(int directory, OpenFiles open, out PlainFile file)
    {
        if (_descriptor >= 0)
        {
            file = PlainFile.Of(_descriptor);
            return true;
        }

        var status = PlainFile.Open(directory, _nameZeroTerminated, _directoryPath, Name, out file);
        if (status == PlainFile.OpenStatus.Opened)
        {
            if (_isPlain && file.Descriptor >= 0 && open.TryKeep(file.Descriptor))
            {
                _descriptor = file.Descriptor;
                _isProven = false;
            }

            return true;
        }

        NeedsDescriptor = status == PlainFile.OpenStatus.NoDescriptor;
        _outcome = status switch
        {
            PlainFile.OpenStatus.Missing => MultiprocessSkipReason.Vanished,
            PlainFile.OpenStatus.NotAFile => MultiprocessSkipReason.NotAFile,
            _ => MultiprocessSkipReason.Unreadable,
        };
        return false;
    }

    private void Release(ref PlainFile file, OpenFiles open)
    {
        if (_descriptor < 0)
        {
            file.Close();
        }
        else if (_outcome is not null)
        {
            // Whatever is wrong with it, the next look is at the path.
            Forget(open);
        }
    }
}
